package io.codeb.storage.s3;

/** The same with a real server: what was replaced or deleted while it was read is an error, and never a mixture. */
class RadosGatewayReadFaultIT extends S3ReadFaultTest {
    @Override
    S3Server server() {
        return S3Server.radosGateway();
    }
}
