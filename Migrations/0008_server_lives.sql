-- Which life of the server is the present one, and since when the daemons know it. A server that was restarted, that
-- recovered from a crash, or that took the place of another one begins a new life: sessions and their locks are gone, and
-- prove nothing about the daemons that held them. One row, written when a daemon connects and finds another life.
create table bursar.server_life (
    single boolean primary key default true check (single),
    -- Timeline, start and last crash of the server, as `ServerLife` writes them.
    identity text not null,
    since timestamptz not null
);
