-- The registry keeps its schemas in a database of its own, so that ids survive a restart as the topics do.
create database registry;
