-- Which programmes are there?
SELECT id, name_vi, name_en, note FROM programmes ORDER BY id
