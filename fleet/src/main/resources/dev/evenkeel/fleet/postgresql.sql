-- The tables of SqlFleetStore. Nothing in them is needed for longer than a minute.

-- One row for each dependency: what its fleet does.
create table evenkeel_fleet (
  dependency varchar(200) not null,
  version bigint not null,
  content varchar(1000) not null,
  changed bigint not null,
  primary key (dependency)
);

-- One row for each process and dependency: what it has reported last.
create table evenkeel_fleet_report (
  dependency varchar(200) not null,
  member varchar(200) not null,
  content varchar(1000) not null,
  changed bigint not null,
  primary key (dependency, member)
);
