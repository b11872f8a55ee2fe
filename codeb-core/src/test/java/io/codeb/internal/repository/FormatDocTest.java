package io.codeb.internal.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.codeb.internal.repository.ProjectLock.Lease;
import io.codeb.model.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/format.md prints is what this version writes, to the byte. */
class FormatDocTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```json\\n(.*?)^```$");

    private static List<String> blocks() throws IOException {
        return BLOCK.matcher(Files.readString(Path.of("../docs/format.md")))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
    }

    @Test
    void theManifestThatIsPrintedIsOneThatIsWritten() throws IOException {
        String printed = blocks().get(0);
        Manifest manifest = ManifestJson.read(printed.getBytes(UTF_8), "docs/format.md");
        assertThat(new String(ManifestJson.write(manifest), UTF_8)).isEqualTo(printed);
    }

    @Test
    void theManifestThatIsPrintedFollowsBothSchemas() throws IOException {
        String printed = blocks().get(0);
        JsonNode facts = new ObjectMapper().readTree(printed).at("/engine/facts");
        assertThat(problems(printed, "manifest.schema.json")).isEmpty();
        assertThat(problems(facts.toString(), "engine-postgresql.schema.json")).isEmpty();
    }

    private static List<?> problems(String json, String schema) throws IOException {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs", schema)))
                .validate(json, InputFormat.JSON);
    }

    @Test
    void theRecordThatIsPrintedIsOneThatIsWritten() throws IOException {
        String printed = blocks().get(3);
        RunRecord.Content record = SmallJson.read(printed.getBytes(UTF_8), RunRecord.Content.class);
        assertThat(new String(SmallJson.write(record), UTF_8) + "\n").isEqualTo(printed);
    }

    @Test
    void theLockThatIsPrintedIsOneThatIsWritten() throws IOException {
        String printed = blocks().get(2);
        Lease lease = SmallJson.read(printed.getBytes(UTF_8), Lease.class);
        assertThat(new String(SmallJson.write(lease), UTF_8)).isEqualTo(printed.replace("\n", ""));
    }

    @Test
    void theNoteOfADrillThatIsPrintedIsOneThatIsWritten() throws IOException {
        String printed = blocks().get(4);
        DrillNotes.Content note = SmallJson.read(printed.getBytes(UTF_8), DrillNotes.Content.class);
        assertThat(new String(SmallJson.write(note), UTF_8)).isEqualTo(printed.replace("\n", ""));
    }

    @Test
    void theJournalThatIsPrintedIsOneThatIsWritten() throws IOException {
        String printed = blocks().stream()
                .filter(block -> block.contains("\"state\""))
                .findFirst()
                .orElseThrow();
        ProjectJournal.Content state = SmallJson.read(printed.getBytes(UTF_8), ProjectJournal.Content.class);
        assertThat(new String(SmallJson.write(state), UTF_8)).isEqualTo(printed.replace("\n", ""));
    }

    @Test
    void theNoteOfAJobThatIsPrintedIsOneThatIsWritten() throws IOException {
        String printed = blocks().stream()
                .filter(block -> block.contains("\"settled\""))
                .findFirst()
                .orElseThrow();
        JobNotes.Content note = SmallJson.read(printed.getBytes(UTF_8), JobNotes.Content.class);
        assertThat(JobNotes.Content.of(note.toNote())).isEqualTo(note);
        assertThat(new String(SmallJson.write(note), UTF_8)).isEqualTo(printed.replace("\n", ""));
    }

    @Test
    void theTombstoneThatIsPrintedIsOne() throws IOException {
        assertThat(Tombstone.is(blocks().get(1).getBytes(UTF_8))).isTrue();
    }
}
