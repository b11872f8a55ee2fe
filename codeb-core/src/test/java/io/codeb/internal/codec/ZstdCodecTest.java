package io.codeb.internal.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.codec.CodecContract;
import io.codeb.tck.io.BytesSource;
import io.codeb.tck.io.RecordingSink;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZstdCodecTest extends CodecContract {
    private final ZstdCodecProvider provider = new ZstdCodecProvider();

    @Override
    protected String codecId() {
        return "zstd";
    }

    @ParameterizedTest
    @CsvSource({"level,0", "level,20", "level,-1", "level,three", "level,''", "threads,-1", "threads,65", "threads,1.5"
    })
    void anOptionOutOfItsRangeIsRefused(String option, String value) {
        assertThatThrownBy(() -> provider.create(ProviderConfig.of("zstd").withOption(option, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(option);
    }

    @ParameterizedTest
    @CsvSource({"1,0", "1,64", "3,2", "19,0"})
    void whateverTheOptionsTheDefaultsDecode(String level, String threads) {
        byte[] plain = "0123456789".repeat(300_000).getBytes(US_ASCII);
        RecordingSink encoded = new RecordingSink();
        try (ByteSink sink = provider.create(
                        ProviderConfig.of("zstd").withOption("level", level).withOption("threads", threads))
                .encode(encoded)) {
            sink.write(ByteBuffer.wrap(plain));
            sink.finish();
        }

        try (ByteSource source = provider.create(ProviderConfig.of("zstd")).decode(BytesSource.of(encoded.bytes()))) {
            assertThat(BytesSource.readAll(source)).isEqualTo(plain);
        }
    }

    @Test
    void anAbortAmidWorkingThreadsLeavesWhatCannotBeDecoded() {
        Codec codec = provider.create(ProviderConfig.of("zstd").withOption("threads", "4"));
        RecordingSink encoded = new RecordingSink();
        ByteSink sink = codec.encode(encoded);
        sink.write(ByteBuffer.wrap(new byte[40_000_000]));

        sink.abort(new IllegalStateException("on purpose"));

        assertThatThrownBy(() -> BytesSource.readAll(codec.decode(BytesSource.of(encoded.bytes()))))
                .isInstanceOf(IntegrityException.class);
    }

    @Test
    void aFrameThatAsksForAHugeWindowIsRefused() {
        // Magic number, a frame header descriptor without a size, and a window descriptor of 2 GiB.
        byte[] hostile = HexFormat.of().parseHex("28b52ffd" + "00" + "a8" + "010000");

        assertThatThrownBy(() -> BytesSource.readAll(
                        provider.create(ProviderConfig.of("zstd")).decode(BytesSource.of(hostile))))
                .isInstanceOfSatisfying(IntegrityException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT);
                    assertThat(e).hasMessageContaining("128 MiB");
                });
    }

    @Test
    void whatIsNoZstdAtAllIsSaidInWords() {
        byte[] html = "<!DOCTYPE html><title>502 Bad Gateway</title>".getBytes(US_ASCII);

        assertThatThrownBy(() -> BytesSource.readAll(
                        provider.create(ProviderConfig.of("zstd")).decode(BytesSource.of(html))))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("no zstd frame");
    }
}
