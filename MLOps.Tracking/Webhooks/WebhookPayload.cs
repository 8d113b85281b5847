using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;

namespace MLOps.Tracking.Webhooks;

/// <summary>The bodies that MLflow's receivers expect: <c>{entity, action, timestamp, data}</c>.</summary>
internal static class WebhookPayload
{
    private const string PromptText = "mlflow.prompt.text";
    private const string PromptType = "_mlflow_prompt_type";

    /// <returns>JSON; its UTF-8 bytes are what is signed and sent.</returns>
    public static string Write(WebhookEvent raised, DateTimeOffset time, IReadOnlyDictionary<string, object?> data)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("entity", raised.EntityName);
            json.WriteString("action", raised.ActionName);
            json.WriteString("timestamp", time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture));
            json.WritePropertyName("data");
            JsonSerializer.Serialize(json, data);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>MLflow's protocol has no null here: without a description it is empty.</summary>
    public static Dictionary<string, object?> Model(string name, string? description, IEnumerable<KeyValue> tags) => new()
    {
        ["name"] = name,
        ["tags"] = Tags(tags.Where(tag => tag.Key is not (PromptTag.Key or PromptType))),
        ["description"] = description ?? string.Empty,
    };

    public static Dictionary<string, object?> ModelVersion(string name, string version, string source, string? runId, string? description, IEnumerable<KeyValue> tags) => new()
    {
        ["name"] = name,
        ["version"] = version,
        ["source"] = source,
        ["run_id"] = NullIfEmpty(runId),
        ["tags"] = Tags(tags),
        ["description"] = NullIfEmpty(description),
    };

    /// <summary>The template travels apart from the other tags, and the mark and the kind of prompt not at all.</summary>
    public static Dictionary<string, object?> PromptVersion(string name, string version, string? description, IReadOnlyList<KeyValue> tags) => new()
    {
        ["name"] = name,
        ["version"] = version,
        ["template"] = tags.Where(tag => tag.Key == PromptText).Select(tag => tag.Value).LastOrDefault(),
        ["tags"] = Tags(tags.Where(tag => tag.Key is not (PromptTag.Key or PromptType or PromptText))),
        ["description"] = NullIfEmpty(description),
    };

    /// <summary>A tag or alias of a model or version; what is null has no place in the event.</summary>
    public static Dictionary<string, object?> Part(string name, string? version, string? alias, string? key, string? value)
    {
        var data = new Dictionary<string, object?> { ["name"] = name };
        foreach (var (field, text) in ((string, string?)[])[("alias", alias), ("version", version), ("key", key), ("value", value)])
        {
            if (text is not null)
            {
                data[field] = text;
            }
        }

        return data;
    }

    /// <summary>What a test delivery carries.</summary>
    public static IReadOnlyDictionary<string, object?> Example(WebhookEvent tested)
    {
        const string Key = "example_key";
        const string Value = "example_value";
        const string Alias = "example_alias";
        var deleted = tested.Action == WebhookAction.Deleted;
        return tested.Entity switch
        {
            WebhookEntity.RegisteredModel => Model("example_model", "An example registered model", [new(Key, Value)]),
            WebhookEntity.ModelVersion => ModelVersion("example_model", "1", "models:/123", "abcd1234abcd5678", "An example model version", [new(Key, Value)]),
            WebhookEntity.ModelVersionTag => Part("example_model", "1", null, Key, deleted ? null : Value),
            WebhookEntity.ModelVersionAlias => Part("example_model", deleted ? null : "1", Alias, null, null),
            WebhookEntity.Prompt => Model("example_prompt", "An example prompt", [new(Key, Value)]),
            WebhookEntity.PromptVersion => PromptVersion("example_prompt", "1", "An example prompt version", [new(PromptText, "Hello {{name}}!"), new(Key, Value)]),
            WebhookEntity.PromptTag => Part("example_prompt", null, null, Key, deleted ? null : Value),
            WebhookEntity.PromptVersionTag => Part("example_prompt", "1", null, Key, deleted ? null : Value),
            WebhookEntity.PromptAlias => Part("example_prompt", deleted ? null : "1", Alias, null, null),
            WebhookEntity.BudgetPolicy => new Dictionary<string, object?>
            {
                ["budget_policy_id"] = "bp-0000",
                ["budget_unit"] = "USD",
                ["budget_amount"] = 100.0,
                ["current_spend"] = 105.5,
                ["duration_unit"] = "MONTHS",
                ["duration_value"] = 1,
                ["target_scope"] = "WORKSPACE",
                ["workspace"] = "default",
                ["window_start"] = 0,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(tested), tested, "unknown webhook entity"),
        };
    }

    private static Dictionary<string, string> Tags(IEnumerable<KeyValue> tags)
    {
        var result = new Dictionary<string, string>();
        foreach (var tag in tags)
        {
            result[tag.Key] = tag.Value;
        }

        return result;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
