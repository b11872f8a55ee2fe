package io.codeb.cli;

import io.codeb.RestoreRequest;
import io.codeb.error.ConfigException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/** What a restore makes of what it loads, before anybody sees it. */
final class LoadOptions {
    @Option(names = "--map-role", paramLabel = "FROM=TO", description = "Lets one role stand in for another.")
    Map<String, String> roles = new LinkedHashMap<>();

    @Option(
            names = "--after-load",
            paramLabel = "SQL",
            description = "Runs a statement before anybody sees what was restored. Can be repeated.")
    List<String> statements = new ArrayList<>();

    @Option(
            names = "--after-load-file",
            paramLabel = "FILE",
            description = "As --after-load, and after those, with the statement in a file. Can be repeated.")
    List<Path> files = new ArrayList<>();

    /** Reads the files, and answers what is to be done with a request. */
    UnaryOperator<RestoreRequest> read() throws IOException {
        List<String> all = new ArrayList<>(statements);
        for (Path file : files) {
            all.add(read(file));
        }
        return request -> with(request, all);
    }

    private RestoreRequest with(RestoreRequest plain, List<String> all) {
        RestoreRequest restore = plain;
        for (Map.Entry<String, String> role : roles.entrySet()) {
            restore = restore.mapRole(role.getKey(), role.getValue());
        }
        return all.isEmpty() ? restore : restore.afterLoad(all.toArray(String[]::new));
    }

    private static String read(Path file) throws IOException {
        String statement;
        try {
            statement = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + " holds no text in UTF-8", "write its statement in UTF-8");
        }
        if (statement.isBlank()) {
            throw new ConfigException(
                    file + " holds no statement",
                    "nothing would be changed: leave --after-load-file out if that is meant");
        }
        return statement;
    }
}
