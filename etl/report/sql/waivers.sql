-- Which findings are waived, and why?
SELECT * FROM waivers ORDER BY ALL
