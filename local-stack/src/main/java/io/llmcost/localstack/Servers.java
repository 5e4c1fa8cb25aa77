package io.llmcost.localstack;

/** Where the three servers of a test run are; each is started when it is first asked for. */
interface Servers {
  String bootstrapServers();

  String schemaRegistryUrl();

  /** JDBC URL of a database for a user who may create databases. */
  String databaseUrl(String database);
}
