package dev.evenkeel.core.kotlin

import dev.evenkeel.core.CallRefusedException
import dev.evenkeel.core.Pipeline
import java.io.IOException
import java.util.concurrent.CompletableFuture

// Compiled and run by KotlinCallSitesTest: what a Kotlin user writes, without type arguments.

fun result(pipeline: Pipeline): String = pipeline.execute { "seven" }

fun nothing(pipeline: Pipeline, done: MutableList<String>) {
  pipeline.execute { done.add("done") }
}

fun nullable(pipeline: Pipeline): String? = pipeline.execute { null as String? }

fun orElse(pipeline: Pipeline): String =
  pipeline.callOrElse({ throw IOException("down") }, "other")

fun fallback(pipeline: Pipeline): String =
  pipeline.call({ throw IOException("down") }, { failure -> "for " + failure.message })

fun runs(pipeline: Pipeline, done: MutableList<String>) {
  pipeline.run({ throw IOException("down") }, { failure -> done.add("for " + failure.message) })
}

fun later(pipeline: Pipeline): CompletableFuture<String> =
  pipeline.callAsync({ CompletableFuture.failedFuture(IOException("down")) }, { _ -> "other" })

fun laterByType(pipeline: Pipeline): CompletableFuture<String> =
  pipeline.callAsync(
    { CompletableFuture.completedFuture("seven") },
    CallRefusedException::class.java,
    { refused -> refused.reason().name },
  )
