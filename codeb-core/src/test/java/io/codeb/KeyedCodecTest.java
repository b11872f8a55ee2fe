package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.BackupId;
import io.codeb.model.Entry;
import io.codeb.model.Secret;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FilterSink;
import io.codeb.spi.io.FilterSource;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Codecs that need secrets have room: to write with one key, and to read with another. */
class KeyedCodecTest {
    private static final ProviderConfig PUBLIC = ProviderConfig.of("masked").withOption("recipient", "7");
    private static final ProviderConfig PRIVATE =
            ProviderConfig.of("masked").withSecret("identity", Secret.callback("vault", () -> "7"));

    private final String name = UUID.randomUUID().toString();
    private final Cards cards = new Cards();

    @AfterEach
    void forget() {
        InMemoryStorageProvider.forget(name);
    }

    private BackupRepository repository() {
        return BackupRepository.at("memory:" + name);
    }

    private CodeB codeb(BackupRepository repository) {
        return codeb(repository, new Masked());
    }

    private CodeB codeb(BackupRepository repository, Masked masked) {
        return CodeB.builder()
                .repository(repository)
                .storage(new InMemoryStorageProvider())
                .codec(masked)
                .engine(cards)
                .project(Project.of("cards", "shop").server("localhost", 1))
                .build();
    }

    private BackupId backUp() {
        cards.decks.put("deck", "cards");
        try (CodeB writing = codeb(repository().zstd(5).thenCodec(PUBLIC))) {
            return writing.backups().run("shop").id();
        }
    }

    @Test
    void encryptionLiesBehindCompression() {
        BackupId id = backUp();

        try (CodeB codeb = codeb(repository())) {
            assertThat(codeb.catalog().read(id).entries())
                    .extracting(Entry::codecs)
                    .containsExactly(List.of("zstd", "masked"));
        }
    }

    @Test
    void aCodecIsMadeOnceForItsRepository() {
        Masked masked = new Masked();
        cards.decks.put("deck", "cards");
        cards.decks.put("deck-2", "cards");
        try (CodeB codeb = codeb(repository().thenCodec(PUBLIC).decoding(PRIVATE), masked)) {
            assertThat(masked.made).hasValue(2);
            BackupId id = codeb.backups().run("shop").id();
            codeb.catalog().verify(id);
            codeb.restores().run(RestoreRequest.of(id));
            assertThat(masked.made).hasValue(2);
        }
    }

    @Test
    void whoeverHasTheOtherKeyReads() {
        BackupId id = backUp();
        cards.decks.clear();

        try (CodeB reading = codeb(repository().decoding(PRIVATE))) {
            reading.restores().run(RestoreRequest.of(id));
        }

        assertThat(cards.decks).containsEntry("deck", "cards");
    }

    @Test
    void whoeverHasNoKeyIsToldSo() {
        BackupId id = backUp();

        try (CodeB writing = codeb(repository().thenCodec(PUBLIC))) {
            ConfigException refusal = catchThrowableOfType(
                    ConfigException.class, () -> writing.catalog().verify(id));
            assertThat(refusal.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
            assertThat(refusal).hasMessageContaining("identity");
        }
    }

    @Test
    void aWrongKeyIsNoBackup() {
        BackupId id = backUp();
        ProviderConfig wrong = ProviderConfig.of("masked").withSecret("identity", Secret.of("8"));

        try (CodeB reading = codeb(repository().decoding(wrong))) {
            assertThat(reading.catalog().verify(id).ok()).isFalse();
            assertThatThrownBy(() -> reading.restores().run(RestoreRequest.of(id)))
                    .isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void compressionMayBeChosenAfterEncryption() {
        BackupRepository repository = repository().thenCodec(PUBLIC).gzip();

        assertThat(repository.codecs()).extracting(ProviderConfig::id).containsExactly("gzip", "masked");
    }

    @Test
    void aWrongOptionForReadingIsToldBeforeTheFirstRestore() {
        BackupRepository repository = repository().decoding(PRIVATE.withOption("no-such-option", "1"));

        assertThatThrownBy(() -> codeb(repository)).hasMessageContaining("no-such-option");
    }

    /** Adds a number to each byte: written for a recipient, and read by who knows the number. */
    private static final class Masked implements CodecProvider {
        private final AtomicInteger made = new AtomicInteger();

        @Override
        public String id() {
            return "masked";
        }

        @Override
        public Codec create(ProviderConfig config) {
            ConfigReader given = config.reader();
            int recipient = given.integer("recipient", 1, 100, 0);
            Optional<Secret> identity = given.secret("identity");
            given.requireNothingElse();
            made.incrementAndGet();
            return new Mask(recipient, identity);
        }
    }

    private record Mask(int recipient, Optional<Secret> identity) implements Codec {
        @Override
        public String id() {
            return "masked";
        }

        @Override
        public String extension() {
            return ".mask";
        }

        @Override
        public ByteSink encode(ByteSink downstream) {
            return new FilterSink(downstream) {
                @Override
                protected void accept(ByteBuffer source, ByteSink next) {
                    next.write(shifted(source, recipient));
                }
            };
        }

        @Override
        public ByteSource decode(ByteSource upstream) {
            String key = identity.map(Secret::reveal)
                    .orElseThrow(() -> new ConfigException("masked needs the secret identity to read", ""));
            return new FilterSource(upstream) {
                @Override
                protected int supply(ByteBuffer target) {
                    int start = target.position();
                    int count = upstream().read(target);
                    if (count != END) {
                        ByteBuffer read = target.duplicate().flip().position(start);
                        ByteBuffer plain = shifted(read, -Integer.parseInt(key));
                        target.position(start);
                        target.put(plain);
                    }
                    return count;
                }
            };
        }

        private static ByteBuffer shifted(ByteBuffer bytes, int by) {
            ByteBuffer shifted = ByteBuffer.allocate(bytes.remaining());
            while (bytes.hasRemaining()) {
                shifted.put((byte) (bytes.get() + by));
            }
            return shifted.flip();
        }
    }
}
