using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Problems;
using MLOps.Tracking;
using MLOps.Tracking.Webhooks;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>webhooks*</c>. The secret is taken and never answered.</summary>
internal static class WebhookRoutes
{
    private const int DefaultListed = 100;

    public static void Map(MlflowRoutes routes)
    {
        routes.Post("webhooks", CreateAsync);
        routes.Get("webhooks", ListAsync);
        routes.Get("webhooks/{webhook_id}", GetAsync);
        routes.Patch("webhooks/{webhook_id}", UpdateAsync);
        routes.Delete("webhooks/{webhook_id}", DeleteAsync);
        routes.Post("webhooks/{webhook_id}/test", TestAsync);
    }

    private static async Task CreateAsync(MlflowCall call)
    {
        var request = call.Request;
        var name = request.Required("name");
        var url = request.Required("url");
        var events = Events(request);
        if (events.Count == 0)
        {
            throw MlflowRequest.Missing("events");
        }

        await AnswerAsync(call, await Store(call).CreateWebhookAsync(
            new CreateWebhook(name, url, events, request.NotEmpty("description"), request.NotEmpty("secret"), Status(request) ?? WebhookStatus.Active),
            call.Cancelled));
    }

    private static async Task ListAsync(MlflowCall call)
    {
        var limit = call.Request.Long("max_results") is { } given and not 0 ? given : DefaultListed;
        var page = await Store(call).ListWebhooksAsync((int)Math.Clamp(limit, -1, int.MaxValue), call.Request.Text("page_token"), call.Cancelled);
        await call.AnswerAsync(json => MlflowJson.Page(json, "webhooks", page, Write));
    }

    private static async Task GetAsync(MlflowCall call) => await AnswerAsync(call, await Store(call).GetWebhookAsync(Id(call), call.Cancelled));

    private static async Task UpdateAsync(MlflowCall call)
    {
        var request = call.Request;
        var events = Events(request);
        await AnswerAsync(call, await Store(call).UpdateWebhookAsync(
            Id(call),
            new UpdateWebhook(
                request.NotEmpty("name"),
                request.NotEmpty("url"),
                events.Count == 0 ? null : events,
                request.NotEmpty("description"),
                request.NotEmpty("secret"),
                Status(request)),
            call.Cancelled));
    }

    private static async Task DeleteAsync(MlflowCall call)
    {
        await Store(call).DeleteWebhookAsync(Id(call), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task TestAsync(MlflowCall call)
    {
        var element = call.Request.Element("event", null);
        WebhookEvent? tested = element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : Event(element, "event");
        var result = await call.Http.RequestServices.GetRequiredService<IWebhookTester>().TestAsync(Id(call), tested, call.Cancelled);
        await call.AnswerAsync("result", result, Write);
    }

    private static List<WebhookEvent> Events(MlflowRequest request)
    {
        var events = new List<WebhookEvent>();
        foreach (var item in request.Items("events"))
        {
            events.Add(Event(item, string.Create(CultureInfo.InvariantCulture, $"events[{events.Count}]")));
        }

        return events;
    }

    private static WebhookEvent Event(JsonElement item, string path) => item.ValueKind == JsonValueKind.Object
        ? WebhookEvent.Of(
            Named(item, "entity", path, WebhookEvent.ParseEntity),
            Named(item, "action", path, WebhookEvent.ParseAction))
        : throw MlflowRequest.WrongType(path, item);

    /// <summary>An enum as protobuf JSON has it: its name or its number.</summary>
    private static T Named<T>(JsonElement item, string name, string path, Func<string, T?> parse)
        where T : struct, Enum
    {
        var element = MlflowRequest.Property(item, name);
        var value = element.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => throw MlflowRequest.Missing($"{path}.{name}"),
            JsonValueKind.String => parse(element.GetString()!),
            JsonValueKind.Number when element.TryGetInt32(out var number) && Enum.IsDefined(typeof(T), number) => (T)Enum.ToObject(typeof(T), number),
            _ => null,
        };
        return value ?? throw MlflowRequest.WrongType($"{path}.{name}", element);
    }

    private static WebhookStatus? Status(MlflowRequest request)
    {
        var element = request.Element("status", null);
        return element.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            JsonValueKind.String when element.ValueEquals("ACTIVE") => WebhookStatus.Active,
            JsonValueKind.String when element.ValueEquals("DISABLED") => WebhookStatus.Disabled,
            JsonValueKind.Number when element.TryGetInt32(out var number) && number is 1 or 2 => (WebhookStatus)element.GetInt32(),
            _ => throw MlflowRequest.WrongType("status", element),
        };
    }

    private static string Id(MlflowCall call) => call.Http.GetRouteValue("webhook_id") as string
        ?? throw new MLOpsException(ProblemCode.InvalidArgument, "Missing value for required parameter 'webhook_id'.");

    private static IWebhookStore Store(MlflowCall call) => call.Http.RequestServices.GetRequiredService<IWebhookStore>();

    private static Task AnswerAsync(MlflowCall call, Webhook webhook) => call.AnswerAsync("webhook", webhook, Write);

    private static void Write(Utf8JsonWriter json, Webhook webhook)
    {
        json.WriteStartObject();
        json.WriteString("webhook_id", webhook.WebhookId);
        json.WriteString("name", webhook.Name);
        if (!string.IsNullOrEmpty(webhook.Description))
        {
            json.WriteString("description", webhook.Description);
        }

        json.WriteString("url", webhook.Url);
        json.WriteStartArray("events");
        foreach (var subscribed in webhook.Events)
        {
            json.WriteStartObject();
            json.WriteString("entity", subscribed.EntityName.ToUpperInvariant());
            json.WriteString("action", subscribed.ActionName.ToUpperInvariant());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("status", webhook.Status == WebhookStatus.Disabled ? "DISABLED" : "ACTIVE");
        json.WriteNumber("creation_timestamp", webhook.CreationTimestamp);
        json.WriteNumber("last_updated_timestamp", webhook.LastUpdatedTimestamp);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, WebhookTestResult result)
    {
        json.WriteStartObject();
        json.WriteBoolean("success", result.Success);
        if (result.ResponseStatus is { } status)
        {
            json.WriteNumber("response_status", status);
        }

        if (result.ResponseBody is not null)
        {
            json.WriteString("response_body", result.ResponseBody);
        }

        if (result.ErrorMessage is not null)
        {
            json.WriteString("error_message", result.ErrorMessage);
        }

        json.WriteEndObject();
    }
}
