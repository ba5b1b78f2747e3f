DROP TABLE mail, mail_choice;
