-- beside: 0011_cluster
-- What was said about consent is read and added to; it is deleted with its contact only.
create trigger consent_event_kept before update on consent_event begin
    select raise(abort, 'what was said about consent is append-only');
end;
create trigger consent_event_all_kept before delete on consent_event
when exists (select 1 from contact where tenant = old.tenant and id = old.contact) begin
    select raise(abort, 'what was said about consent is append-only');
end;
