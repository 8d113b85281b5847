using System.Text.Json;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Webhooks;

namespace MLOps.Tracking.Rest;

/// <summary>Webhooks of the server that has the models: it raises the events and delivers them, whoever caused them. Secrets go there and are kept there.</summary>
internal sealed class RestWebhookStore(UpstreamClient client) : IWebhookStore, IWebhookTester
{
    private const int MaxPage = 1000;

    public Task<Webhook> CreateWebhookAsync(CreateWebhook command, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post("webhooks", isIdempotent: false, json => Fields(
            json,
            new UpdateWebhook(command.Name, command.Url, command.Events, command.Description, command.Secret, command.Status))),
        Read,
        cancellationToken);

    public Task<Webhook> GetWebhookAsync(string webhookId, CancellationToken cancellationToken = default) =>
        client.CallAsync(UpstreamCall.Get(Path(webhookId)), Read, cancellationToken);

    public Task<Page<Webhook>> ListWebhooksAsync(int maxResults, string? pageToken, CancellationToken cancellationToken = default)
    {
        if (maxResults is < 1 or > MaxPage)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"max_results must be between 1 and {MaxPage}, got {maxResults}.");
        }

        return client.CallAsync(
            UpstreamCall.Get("webhooks", ("max_results", UpstreamJson.Text(maxResults)), ("page_token", pageToken)),
            answer => answer.Page("webhooks", Webhook),
            cancellationToken);
    }

    public Task<Webhook> UpdateWebhookAsync(string webhookId, UpdateWebhook command, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Send(HttpMethod.Patch, UpstreamCall.Api + Path(webhookId), isIdempotent: true, json =>
        {
            json.WriteString("webhook_id", webhookId);
            Fields(json, command);
        }),
        Read,
        cancellationToken);

    public Task DeleteWebhookAsync(string webhookId, CancellationToken cancellationToken = default) =>
        client.CallAsync(new UpstreamCall(HttpMethod.Delete, UpstreamCall.Api + Path(webhookId), IsIdempotent: false), cancellationToken);

    public Task<WebhookTestResult> TestAsync(string webhookId, WebhookEvent? webhookEvent, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post(Path(webhookId) + "/test", isIdempotent: false, json =>
        {
            json.WriteString("webhook_id", webhookId);
            if (webhookEvent is { } tested)
            {
                json.WriteStartObject("event");
                Event(json, tested);
                json.WriteEndObject();
            }
        }),
        answer =>
        {
            var result = answer.Object("result");
            return new WebhookTestResult(result.Flag("success"), (int?)result.OptionalLong("response_status"), result.OptionalText("response_body"), result.OptionalText("error_message"));
        },
        cancellationToken);

    private static string Path(string webhookId) => "webhooks/" + Uri.EscapeDataString(webhookId);

    private static Webhook Read(JsonElement answer) => Webhook(answer.Object("webhook"));

    /// <summary>Events that a newer server knows and we do not are left out.</summary>
    private static Webhook Webhook(JsonElement json) => new(
        json.Text("webhook_id"),
        json.Text("name"),
        json.OptionalText("description"),
        json.Text("url"),
        [.. json.Items("events").Select(Event).OfType<WebhookEvent>()],
        json.OptionalText("status") == "DISABLED" ? WebhookStatus.Disabled : WebhookStatus.Active,
        json.OptionalLong("creation_timestamp") ?? 0,
        json.OptionalLong("last_updated_timestamp") ?? 0);

    private static WebhookEvent? Event(JsonElement json) =>
        WebhookEvent.ParseEntity(json.Text("entity")) is { } entity && WebhookEvent.ParseAction(json.Text("action")) is { } action
            ? WebhookEvent.All.Where(known => known.Entity == entity && known.Action == action).Select(known => (WebhookEvent?)known).FirstOrDefault()
            : null;

    private static void Event(Utf8JsonWriter json, WebhookEvent webhookEvent)
    {
        json.WriteString("entity", webhookEvent.EntityName.ToUpperInvariant());
        json.WriteString("action", webhookEvent.ActionName.ToUpperInvariant());
    }

    private static void Fields(Utf8JsonWriter json, UpdateWebhook command)
    {
        json.OptionalText("name", command.Name);
        json.OptionalText("url", command.Url);
        if (command.Events is not null)
        {
            json.List("events", command.Events, Event);
        }

        json.OptionalText("description", command.Description);
        json.OptionalText("secret", command.Secret);
        json.OptionalText("status", command.Status is { } status ? status == WebhookStatus.Disabled ? "DISABLED" : "ACTIVE" : null);
    }
}
