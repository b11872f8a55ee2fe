/** What is deployed: commits of Git repositories, and their files as the context of a build. */
@NullMarked
package io.codeb.deploy.internal.source;

import org.jspecify.annotations.NullMarked;
