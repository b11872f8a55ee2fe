package io.codeb.internal.config;

import io.codeb.config.Configuration;
import io.codeb.config.ConfigurationProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;

/**
 * A configuration's file, read.
 *
 * @param configuration empty when something is wrong
 * @param problems what is wrong, in the order of the file
 */
public record ConfigurationFile(Optional<Configuration> configuration, List<ConfigurationProblem> problems) {
    private static final int LARGEST = 1 << 20;

    /**
     * Reads a file. Whatever is wrong with it is a problem, and not thrown.
     *
     * @param file any
     * @return all that is wrong, or the configuration
     */
    public static ConfigurationFile read(Path file) {
        Problems problems = new Problems();
        Optional<Configuration> configuration = text(file, problems)
                .flatMap(text -> LocatedJson.read(text, problems))
                .map(root -> new Assembler(root, directoryOf(file), problems).assemble());
        return new ConfigurationFile(problems.isEmpty() ? configuration : Optional.empty(), problems.all());
    }

    private static Path directoryOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private static Optional<String> text(Path file, Problems problems) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                return refused(problems, attributes.isDirectory() ? "is a directory" : "is no regular file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return text(in.readNBytes(LARGEST + 1), problems);
            }
        } catch (NoSuchFileException e) {
            return refused(problems, "there is no such file");
        } catch (IOException e) {
            return refused(problems, "cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static Optional<String> text(byte[] bytes, Problems problems) {
        if (bytes.length > LARGEST) {
            return refused(problems, "is larger than 1 MiB");
        }
        if (bytes.length >= 2 && (isMarkOfUtf16(bytes) || bytes[0] == 0 || bytes[1] == 0)) {
            return refused(problems, "is in UTF-16 or UTF-32, and must be in UTF-8");
        }
        int start = startsWithMarkOfUtf8(bytes) ? 3 : 0;
        ByteBuffer in = ByteBuffer.wrap(bytes, start, bytes.length - start);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(in, out, true);
        out.flip();
        String text = out.toString();
        if (result.isError()) {
            int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
            problems.add("$", line, text.length() - text.lastIndexOf('\n'), "is not in UTF-8 here");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    private static boolean isMarkOfUtf16(byte[] bytes) {
        int mark = ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
        return mark == 0xfeff || mark == 0xfffe;
    }

    private static boolean startsWithMarkOfUtf8(byte[] bytes) {
        return bytes.length >= 3 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb && bytes[2] == (byte) 0xbf;
    }

    private static Optional<String> refused(Problems problems, String why) {
        problems.add("$", 0, 0, why);
        return Optional.empty();
    }
}
