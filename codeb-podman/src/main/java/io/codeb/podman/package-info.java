/**
 * Commands and files in containers, over the API that Podman and Docker share.
 *
 * <p>docker-java gives the typed calls and their answers. The connection underneath is this package's own: the streams
 * of a backup need a true half-close, a cut that is never taken for an end, limits that bite on a silent peer, and logs
 * that see neither environment nor content.
 */
@NullMarked
package io.codeb.podman;

import org.jspecify.annotations.NullMarked;
