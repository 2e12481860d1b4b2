-- When was this content judged, and which content is it?  (Run ids and times stand in `runs`; they are no part of the report.)
SELECT key, value FROM meta WHERE key IN ('evaluated_on', 'content_id') ORDER BY key
