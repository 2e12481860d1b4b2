-- Was anything published before this snapshot?  (The run that made it is one of `runs`.)
SELECT count(*) > 1 AS published_before FROM runs WHERE outcome = 'published'
