-- Which administrative list does each combination of document, period, kind and publication speak of?
-- The twin of vintage_of() in vintages.py; names of lists sort by age, so least() is the older one.
CREATE OR REPLACE TABLE vintage_answer AS
WITH dated AS (
    SELECT *, coalesce(obs_kind IN ('plan', 'target'), false) AS is_ahead,
           vintage_on(coalesce(period_start, period_end)) AS first_list,
           vintage_on(period_end) AS last_list,
           vintage_on(published) AS published_list
    FROM vintage_request
), documents AS (
    -- Trap: a plan, or a period across a change, would make a document testify for itself. Only settled actual figures count.
    SELECT document, max(last_list) AS document_list FROM dated WHERE NOT is_ahead AND first_list = last_list GROUP BY document
), decided AS (
    SELECT dated.*, document_list,
           CASE WHEN period_end IS NULL THEN CASE WHEN published IS NOT NULL THEN 'publication' WHEN document_list IS NOT NULL THEN 'document' ELSE 'none' END
                WHEN is_ahead AND published_list < last_list THEN 'publication'
                WHEN is_ahead AND published IS NULL AND document_list < last_list THEN 'document'
                WHEN is_ahead OR first_list = last_list OR published IS NOT NULL OR document_list IS NULL THEN 'period'
                ELSE 'document' END AS basis
    FROM dated LEFT JOIN documents USING (document)
)
SELECT document, period_start, period_end, obs_kind, published,
       CASE -- Trap: greatest() and least() skip NULL, so every operand below is known to be there.
            WHEN basis = 'publication' THEN published_list
            WHEN basis = 'document' AND (period_end IS NULL OR is_ahead) THEN document_list
            WHEN basis = 'document' THEN least(greatest(first_list, document_list), last_list)
            WHEN basis = 'none' THEN NULL
            WHEN is_ahead OR first_list = last_list OR published IS NULL THEN last_list
            ELSE least(greatest(first_list, published_list), last_list) END AS vintage,
       basis
FROM decided
