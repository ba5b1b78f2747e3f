DROP TABLE opt_in_count, attachment_count, opt_in, attachment;
