DROP TABLE saved_view;
DROP INDEX account_of_zone;
DROP INDEX attachment_of_environment;
DROP TABLE opt_in_place_count;
DROP TABLE attachment_place_count;
