package io.codeb.cli;

import io.codeb.RestoreRequest;
import io.codeb.config.SqlFile;
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
    UnaryOperator<RestoreRequest> read() {
        List<String> all = new ArrayList<>(statements);
        files.forEach(file -> all.add(SqlFile.read(file)));
        return request -> with(request, all);
    }

    private RestoreRequest with(RestoreRequest plain, List<String> all) {
        RestoreRequest restore = plain;
        for (Map.Entry<String, String> role : roles.entrySet()) {
            restore = restore.mapRole(role.getKey(), role.getValue());
        }
        return restore.afterLoad(all.toArray(String[]::new));
    }
}
