-- Which of the places that occur are children of which, and how many children make the set complete?  edge_set 1: administrative, 2: regions.
-- Trap: the provinces of a figure of 2007 are answered from list 2023, all but Hà Tây, its country and regions from list 2004.
CREATE OR REPLACE TABLE area_edges AS
SELECT child.aid AS child_aid, parent.aid AS parent_aid, CASE e."set" WHEN 'administrative' THEN 1 ELSE 2 END AS edge_set, c.expected
FROM area_parent AS e JOIN ad AS child ON child.level = e.level AND child.code = e.code
 AND (child.vintage = e.vintage OR e.vintage = '2004' AND child.vintage = '2023' AND e.level = 'province')
JOIN ad AS parent ON parent.vintage = e.vintage AND parent.level = e.parent_level AND parent.code = e.parent_code
JOIN area_children AS c ON c.vintage = e.vintage AND c.parent_level = e.parent_level AND c.parent_code = e.parent_code AND c.child_level = e.level AND c."set" = e."set"
