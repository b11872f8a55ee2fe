package io.codeb.config;

import io.codeb.error.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/** Files with a statement in SQL that somebody relies on, such as one that takes out what is private. */
public final class SqlFile {
    private static final int LONGEST = 16 << 20;

    private SqlFile() {}

    /**
     * Reads one.
     *
     * @param file in UTF-8, at most 16 MiB
     * @return its text
     * @throws ConfigException when it cannot be read, or says nothing
     */
    public static String read(Path file) {
        String statement;
        try (InputStream in = Files.newInputStream(Objects.requireNonNull(file, "file"))) {
            byte[] bytes = in.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw new ConfigException(
                        file + " has more than " + (LONGEST >> 20) + " MiB",
                        "such a file is no statement to run behind a restore: restore it as a dump");
            }
            statement = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + " holds no text in UTF-8", "write its statement in UTF-8");
        } catch (NoSuchFileException e) {
            throw new ConfigException(
                    file + " cannot be read: there is no such file", "nothing would be changed: check its name");
        } catch (IOException e) {
            throw new ConfigException(file + " cannot be read: " + e, "check its rights");
        }
        if (statement.isBlank()) {
            throw new ConfigException(
                    file + " holds no statement", "nothing would be changed: leave it out if that is meant");
        }
        return statement;
    }
}
