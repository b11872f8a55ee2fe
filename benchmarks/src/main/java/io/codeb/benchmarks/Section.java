package io.codeb.benchmarks;

import io.codeb.error.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A part of a document that a program writes: what stands between two comments that name it. */
record Section(Path document, String name) {
    /** Writes it anew. The rest of the document stays as it is. */
    void write(String text) {
        String from = "<!-- " + name + " -->\n";
        String to = "<!-- end of " + name + " -->\n";
        try {
            String whole = Files.readString(document);
            int start = whole.indexOf(from);
            int end = whole.indexOf(to);
            if (start < 0 || end < start) {
                throw new ConfigException(document + " has no section '" + name + "'", "");
            }
            Files.writeString(
                    document, whole.substring(0, start + from.length()) + "\n" + text + "\n" + whole.substring(end));
        } catch (IOException e) {
            throw new ConfigException(document + " cannot be written: " + e.getMessage(), "");
        }
    }
}
