DROP TABLE pack_day;
