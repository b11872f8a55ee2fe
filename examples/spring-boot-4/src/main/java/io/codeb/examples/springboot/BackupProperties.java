package io.codeb.examples.springboot;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What {@code application.properties} says of the database and its backups.
 *
 * @param container the container that the database runs in
 * @param database its name
 * @param user who may read all of it, and make databases
 * @param directory where the backups are kept
 */
@ConfigurationProperties("backup")
record BackupProperties(String container, String database, String user, Path directory) {}
