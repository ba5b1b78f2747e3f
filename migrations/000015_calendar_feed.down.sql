DROP INDEX release_by_testing, release_at_once, release_planned;
DROP TABLE calendar_feed;
