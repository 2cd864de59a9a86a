using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Scalar.AspNetCore;

namespace DocuChat.Api.Http;

/// <summary>What holds for every endpoint: snake_case JSON, problem details with a trace id, the OpenAPI document and its page.</summary>
internal static class HttpContract
{
    public static void AddHttpContract(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        });
        builder.Services.AddProblemDetails(options =>
            options.CustomizeProblemDetails = context =>
                context.ProblemDetails.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier
        );
        builder.Services.AddExceptionHandler<ProblemExceptionHandler>();
        builder.Services.AddValidation();
        builder.Services.AddOpenApi(OpenApiDescription.Configure);
    }

    public static void UseHttpContract(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference("/docs", options => options.WithTitle("DocuChat API").DisableDefaultFonts());
    }
}
