using DocuChat.Sandbox.Answers;

namespace DocuChat.Sandbox.OpenAi;

/// <summary><c>POST /v1/chat/completions</c>, streamed and not.</summary>
internal static class ChatEndpoint
{
    public static async Task<IResult> CreateAsync(HttpContext context, ExtractiveAnswerer answerer, ChatFailures failures, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await Wire.ReadAsync<ChatRequest>(context.Request, cancellationToken) is not { } request)
            return OpenAiError.Invalid("We could not parse the JSON body of your request.");
        if (string.IsNullOrEmpty(request.Model))
            return OpenAiError.Invalid("you must provide a model parameter", "model");
        if (request.Messages is not { Length: > 0 } messages)
            return OpenAiError.Invalid("[] is too short - 'messages'", "messages");

        var (knobs, unknown) = ModelKnobs.Parse(request.Model);
        if (knobs is null)
            return OpenAiError.Invalid($"The sandbox has no knob '{unknown}'; its README lists those it has.", "model");
        if (!ModelsEndpoint.CanChat(knobs.Model))
            return OpenAiError.UnknownModel(request.Model);

        var fails = failures.IsDue(request.Model, knobs);
        if (fails && knobs.Failure is Failure.RateLimited or Failure.ServerError)
            return ChatFailures.Answer(context, knobs);
        if (fails && knobs.Failure is Failure.Hang)
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);

        var most = request.MaxCompletionTokens ?? request.MaxTokens;
        var answer = knobs.Tokens is { } tokens ? ChatAnswer.OfFiller(tokens, most) : ChatAnswer.OfText(await AnswerAsync(messages, answerer, cancellationToken), most);
        var reply = new ChatReply(knobs, answer, UsageOf(knobs, messages, answer), time) { IsMalformed = fails && knobs.Failure is Failure.Malformed };
        return request.Stream ? reply.Stream(request.StreamOptions?.IncludeUsage == true) : reply.Whole();
    }

    private static Task<string> AnswerAsync(ChatRequest.Message[] messages, ExtractiveAnswerer answerer, CancellationToken cancellationToken)
    {
        var instructions = string.Join('\n', messages.Where(message => message.Role is "system" or "developer").Select(message => message.Text));
        var question = messages.LastOrDefault(message => message.Role == "user")?.Text ?? "";
        return answerer.AnswerAsync(question, Passage.Parse(instructions), cancellationToken);
    }

    private static ChatUsage? UsageOf(ModelKnobs knobs, ChatRequest.Message[] messages, ChatAnswer answer) =>
        knobs.Usage switch
        {
            "none" => null,
            "0" => ChatUsage.Of(0, 0),
            _ => ChatUsage.Of(ChatTokens.Of(messages), ChatTokens.Of(answer.Text)),
        };
}
