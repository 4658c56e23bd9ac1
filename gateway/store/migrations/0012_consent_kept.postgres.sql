-- beside: 0011_cluster
-- What was said about consent is read and added to (see gateway.store.migrate.policies); it is deleted with its
-- contact only.
create function consent_event_kept() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        perform 1 from contact where tenant = old.tenant and id = old.contact;
        if not found then
            return old;
        end if;
    end if;
    raise exception 'what was said about consent is append-only';
end
$$;
create trigger consent_event_kept before update or delete on consent_event
    for each row execute function consent_event_kept();
