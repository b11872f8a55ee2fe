package io.codeb.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.codeb.model.Cancellation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Runs commands in this JVM, on a configuration with a project {@code shop} whose database is a file. */
final class Shell {
    final Path directory;
    final Path databases;
    final Path repository;
    final Path config;
    final Map<String, String> environment = new HashMap<>();

    private String input = "";
    private Set<Integer> terminals = Set.of();
    private int columns = 80;
    private Locale locale = Locale.ENGLISH;

    /** What a command has said, and how it ended. */
    record Said(int status, String out, String err) {
        JsonNode json() {
            try {
                return new JsonMapper().readTree(out);
            } catch (IOException e) {
                throw new AssertionError(out, e);
            }
        }
    }

    Shell(Path directory) throws IOException {
        this.directory = directory;
        this.databases = Files.createDirectories(directory.resolve("databases"));
        this.repository = directory.resolve("repository");
        this.config = directory.resolve("codeb.json");
        Files.writeString(databases.resolve("app"), "first\n");
        Files.writeString(config, """
                {
                  "repositories": {"main": {"at": "%s", "retention": {"last": 1}}, "offsite": {"at": "%s"}},
                  "projects": {"shop": {
                    "database": {"engine": "notes", "name": "app", "options": {"directory": "%s"}},
                    "metadata": "metadata.json"}}
                }
                """.formatted(repository, directory.resolve("offsite"), databases));
        environment.put("CODEB_CONFIG", config.toString());
        environment.put("CODEB_STATE", directory.resolve("state").toString());
    }

    Shell answering(String text) {
        input = text;
        terminals = Set.of(0, 2);
        return this;
    }

    Shell on(int wide, Integer... streams) {
        columns = wide;
        terminals = Set.of(streams);
        return this;
    }

    Shell in(Locale language) {
        locale = language;
        return this;
    }

    Said run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminals.contains(0),
                terminals.contains(1),
                terminals.contains(2),
                columns,
                locale,
                ZoneOffset.UTC);
        int status = new App(terminal, environment, new Cancellation()).run(words);
        return new Said(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** A project {@code staging} beside the other one, whose database is a file of its own. */
    void addStaging() throws IOException {
        addStaging("");
    }

    /** The same, with what the configuration says of the data that it gets. */
    void addStaging(String rules) throws IOException {
        Files.writeString(databases.resolve("app_staging"), "of staging\n");
        String staging = "\"staging\": {\"database\": {\"engine\": \"notes\", \"name\": \"app_staging\","
                + " \"options\": {\"directory\": \"" + databases + "\"}}" + rules + "}, ";
        Files.writeString(config, Files.readString(config).replace("\"projects\": {", "\"projects\": {" + staging));
    }

    /** Schedules something from here on. */
    void schedule(String lines) throws IOException {
        Files.writeString(
                config, Files.readString(config).replace("\"engine\": \"notes\"", lines + ", \"engine\": \"notes\""));
    }

    /** A backup's ref. */
    String backUp() {
        return run("db", "backup", "shop", "--json").json().at("/backup/ref").asText();
    }
}
