-- DROP TABLE public.customers;

CREATE TABLE public.customers (
	id serial4 NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT customers_name_key UNIQUE (name),
	CONSTRAINT customers_pkey PRIMARY KEY (id)
);

-- Permissions

GRANT SELECT ON TABLE public.customers TO forms_reader;

INSERT INTO public.customers (id,"name") VALUES
	 (1,'Ann O''Neill'),
	 (2,'semicolon; and
a second line'),
	 (3,'Jörg');
