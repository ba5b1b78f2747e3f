DROP TABLE release_look;
DROP TABLE feedback_answer;
DROP TABLE feedback;
DROP FUNCTION refuse_change_of_feedback();
