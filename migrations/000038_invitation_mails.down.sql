DROP TABLE invitation_mail;
