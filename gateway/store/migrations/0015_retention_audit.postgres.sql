-- beside: 0011_cluster
-- The audit log is read and added to. What goes of it is older than 30 days by this machine's clock, and behind
-- the place that audit_kept holds, where the chain begins anew.
create function audit_all_kept() returns trigger language plpgsql as $$
begin
    if old.at <= extract(epoch from now())::bigint * 1000000 - 2592000000000
        and old.seq <= coalesce((select kept.seq from audit_kept kept where kept.tenant = old.tenant), 0) then
        return old;
    end if;
    raise exception 'the audit log is append-only';
end
$$;
create trigger audit_all_kept before delete on audit for each row execute function audit_all_kept();
create function audit_kept_forward() returns trigger language plpgsql as $$
begin
    if new.seq < old.seq then
        raise exception 'the audit log is append-only';
    end if;
    return new;
end
$$;
create trigger audit_kept_forward before update on audit_kept
    for each row execute function audit_kept_forward();
