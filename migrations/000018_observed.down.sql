DROP TABLE observed_count, observed_change, observed;
