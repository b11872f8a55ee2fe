package io.codeb.storage.s3;

import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.provider.ProviderContract;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class S3ProviderContractTest extends ProviderContract {
    @Override
    protected Provider<?> provider() {
        return new S3StorageProvider();
    }

    @Override
    protected ProviderConfig config() {
        return at("s3://bucket/prefix?region=eu-central-1");
    }

    private ProviderConfig at(String uri) {
        return super.config().withLocation(URI.create(uri));
    }

    @Override
    protected Optional<ProviderConfig> unreachable() {
        return Optional.of(at("s3://bucket?endpoint=http://127.0.0.1:1"));
    }

    @Override
    protected List<ProviderConfig> impossible() {
        return Stream.concat(
                        Stream.of(super.config()),
                        Stream.of(
                                        "s3:bucket",
                                        "s3:///bucket",
                                        "s3://b",
                                        "s3://user@bucket/prefix",
                                        "s3://bucket/pre fix".replace(" ", "%20"),
                                        "s3://bucket/../other",
                                        "s3://bucket/" + "p".repeat(400),
                                        "s3://bucket#fragment",
                                        "s3://bucket?endpoint",
                                        "s3://bucket?endpoint=ftp://host",
                                        "s3://bucket?endpoint=https://user:word@host",
                                        "s3://bucket?proxy=https://host:3128",
                                        "s3://bucket?region=a&addresses=mine",
                                        "s3://bucket?region=a&region=b",
                                        "s3://bucket?region=a&path-style=yes",
                                        "s3://bucket?region=a&part-size=4",
                                        "s3://bucket?region=a&max-parts=10001",
                                        "s3://bucket?region=a&exclusive-create=sometimes",
                                        "s3://bucket?region=a&encryption=rot13",
                                        "s3://bucket?region=a&kms-key=key",
                                        "s3://bucket?region=a&object-lock=governance",
                                        "s3://bucket?region=a&object-lock-days=3",
                                        "s3://bucket?region=a&object-lock=forever&object-lock-days=3",
                                        "s3://bucket?region=a&ca-file=/no/such/file")
                                .map(this::at))
                .toList();
    }
}
