-- Texts and files are compressed when they are stored, in the time of whoever uploads or publishes: lz4 takes a fraction of what pglz does. A server that was
-- built without it keeps pglz, and reads both.
do $$
begin
    if exists (select from pg_settings where name = 'default_toast_compression' and 'lz4' = any (enumvals)) then
        alter table document_files alter column content set compression lz4;
        alter table document_texts alter column text set compression lz4;
        alter table chunks alter column text set compression lz4;
    end if;
end
$$;
