-- SQLite cannot add a reference to a table that exists; new tables bring theirs along. What PostgreSQL does
-- with rights is done with triggers here: the audit log is read and added to, and nothing else.
create trigger audit_kept before update on audit begin
    select raise(abort, 'the audit log is append-only');
end;
create trigger audit_all_kept before delete on audit begin
    select raise(abort, 'the audit log is append-only');
end;
