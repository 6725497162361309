SELECT md5(string_agg(x, E'\n' ORDER BY x)), pg_database_size(current_database()) FROM (
	SELECT concat_ws(' ', 'c', relname, relkind, reloptions, relacl, relrowsecurity) AS x
		FROM pg_class WHERE relnamespace = 'public'::regnamespace
	UNION ALL SELECT concat_ws(' ', 'a', relname, attname, attnum, atttypid, attnotnull, attstattarget)
		FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
		WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
	UNION ALL SELECT concat_ws(' ', 'k', conname, pg_get_constraintdef(oid))
		FROM pg_constraint WHERE connamespace = 'public'::regnamespace
	UNION ALL SELECT concat_ws(' ', 'i', c.relname, pg_get_indexdef(indexrelid), indisvalid)
		FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
	UNION ALL SELECT concat_ws(' ', 't', tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
	UNION ALL SELECT concat_ws(' ', 'f', proname, md5(prosrc)) FROM pg_proc
		WHERE pronamespace = 'public'::regnamespace
	UNION ALL SELECT concat_ws(' ', 's', relname, count(*)) FROM pg_statistic JOIN pg_class c ON c.oid = starelid
		WHERE relnamespace = 'public'::regnamespace GROUP BY relname
	UNION ALL SELECT concat_ws(' ', 'd', setrole, setconfig) FROM pg_db_role_setting
		WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
	UNION ALL SELECT concat_ws(' ', 'n', nspname) FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%'
	UNION ALL SELECT concat_ws(' ', 'e', extname) FROM pg_extension
) AS every
