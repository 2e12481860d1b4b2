-- What is each member of a breakdown called, and do the members of its dimension make up a whole?
SELECT dimension, member, name_vi, name_en, (is_complete AND NOT splits_base AND NOT may_overlap) AS makes_a_whole FROM dimensions ORDER BY dimension, member
