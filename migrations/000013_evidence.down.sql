DROP TABLE evidence, evidence_item;
DROP FUNCTION refuse_change_of_evidence;
