using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using DocuChat.Core.Usage.Budgets;
using DocuChat.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Scalar.AspNetCore;

namespace DocuChat.Api.Http;

/// <summary>What holds for every endpoint: snake_case JSON, problem details with a trace id, the OpenAPI document and its page.</summary>
internal static class HttpContract
{
    public static void AddHttpContract(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            // Persian as it is: escaped, each letter would take six bytes and nobody could read it.
            options.SerializerOptions.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        });
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = ProblemDetailsShape.Complete);
        builder.Services.AddExceptionHandler<ProblemExceptionHandler>();
        builder.Services.AddValidation();
        // So that a body that cannot be read is answered in our words, in every environment.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        // Without it questions are answered all the same.
        builder.AddRedis(HealthStatus.Degraded);
        builder.Services.AddSingleton<Idempotency>();
        builder.Services.AddOpenApi(OpenApiDescription.Configure);
    }

    public static void UseHttpContract(this WebApplication app)
    {
        app.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                // A handled exception is still logged and traced, unless the caller was at fault or has gone.
                SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException or BudgetException || context.HttpContext.RequestAborted.IsCancellationRequested,
            }
        );
        app.UseStatusCodePages();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference("/docs", options => options.WithTitle("DocuChat API").DisableDefaultFonts());
    }

    /// <summary>After the caller is known: a key belongs to its caller.</summary>
    public static void UseIdempotency(this WebApplication app) => app.Use((context, next) => app.Services.GetRequiredService<Idempotency>().InvokeAsync(context, next));
}
