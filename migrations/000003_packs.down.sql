DROP TABLE group_pack, group_member, account_group, release_content, release, pack;
DROP FUNCTION refuse_change_of_content();
DROP FUNCTION refuse_change_of_release();
