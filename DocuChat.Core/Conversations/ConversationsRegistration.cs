using DocuChat.Core.Conversations.Answers;
using DocuChat.Core.Conversations.Citations;
using DocuChat.Core.Conversations.Prompts;
using DocuChat.Core.Usage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DocuChat.Core.Conversations;

/// <summary>Registers what answers questions.</summary>
public static class ConversationsRegistration
{
    /// <summary>Adds <see cref="AnswerRuns"/>. Needs the persistence, a Redis client, the models and the retrieval. Wrong settings stop the start.</summary>
    public static void AddConversations(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AnswersOptions>().BindConfiguration(AnswersOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ConversationMetrics>();
        services.AddSingleton<ITenantMetrics>(provider => provider.GetRequiredService<ConversationMetrics>());
        services.AddSingleton<StoredPassages>();
        services.AddSingleton<StandAloneQuestion>();
        services.AddScoped<AnswerStore>();
        services.AddScoped<AskQuestion>();
        services.AddSingleton<SharedAnswers>();
        services.AddSingleton<AnswerRuns>();
        services.AddHostedService(provider => provider.GetRequiredService<AnswerRuns>());
    }
}
