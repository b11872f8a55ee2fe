package io.codeb.age;

import io.codeb.model.Secret;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.KeyedCodec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.io.BytesSource;
import io.codeb.tck.io.RecordingSink;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;

/** Keys made for one test, and codecs with them. */
final class TestKeys {
    private TestKeys() {}

    static KeyedCodec codec(ProviderConfig config) {
        return (KeyedCodec) new AgeCodecProvider().create(config);
    }

    static ProviderConfig to(String... recipients) {
        return ProviderConfig.of("age").withOption("recipients", String.join(" ", recipients));
    }

    static ProviderConfig with(String... identities) {
        return ProviderConfig.of("age").withSecret("identity", Secret.of(String.join("\n", identities)));
    }

    static byte[] encode(Codec codec, byte[] plain) {
        RecordingSink encoded = new RecordingSink();
        try (ByteSink sink = codec.encode(encoded)) {
            sink.write(ByteBuffer.wrap(plain));
            sink.finish();
        }
        return encoded.bytes();
    }

    static byte[] decode(Codec codec, byte[] encoded) {
        try (ByteSource source = codec.decode(BytesSource.of(encoded))) {
            return BytesSource.readAll(source);
        }
    }

    /** A private key and its public one. */
    record Pair(String identity, String recipient) {
        static Pair make() {
            String identity = Keys.generate();
            return new Pair(identity, Keys.recipientOf(identity));
        }

        static List<Pair> make(int count) {
            return Stream.generate(Pair::make).limit(count).toList();
        }
    }
}
