-- beside: 0011_cluster
-- The audit log is read and added to. What goes of it is older than 30 days by this machine's clock, and behind
-- the place that audit_kept holds, where the chain begins anew.
drop trigger audit_all_kept;
create trigger audit_all_kept before delete on audit
when old.at > cast(strftime('%s', 'now') as integer) * 1000000 - 2592000000000
    or old.seq > coalesce((select kept.seq from audit_kept kept where kept.tenant = old.tenant), 0) begin
    select raise(abort, 'the audit log is append-only');
end;
create trigger audit_kept_forward before update on audit_kept when new.seq < old.seq begin
    select raise(abort, 'the audit log is append-only');
end;
