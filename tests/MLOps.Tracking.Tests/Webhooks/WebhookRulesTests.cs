using System.Net;
using System.Net.Sockets;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Webhooks;

namespace MLOps.Tracking.Tests.Webhooks;

public sealed class WebhookRulesTests
{
    private static readonly WebhookEvent Created = WebhookEvent.Of(WebhookEntity.ModelVersion, WebhookAction.Created);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("web hook")]
    [InlineData("webhook<script>")]
    [InlineData("webhook/slash")]
    [InlineData("-webhook")]
    [InlineData("webhook-")]
    [InlineData("_webhook")]
    [InlineData(".webhook")]
    [InlineData("webhook.")]
    [InlineData("webhook\n")]
    [InlineData("wébhook")]
    [InlineData("a123456789a123456789a123456789a123456789a123456789a123456789abcd")]
    public async Task Name_OutsideMlflowsPattern_IsRefused(string name)
    {
        await using var bench = new WebhookBench(Strict, Public);
        Assert.Contains("is invalid", (await RefusedAsync(bench, name, "https://hooks.example/x", [Created])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("1")]
    [InlineData("WebHook123")]
    [InlineData("a.b-c_d..e")]
    [InlineData("a123456789a123456789a123456789a123456789a123456789a123456789abc")]
    public async Task Name_WithinMlflowsPattern_IsTaken(string name)
    {
        await using var bench = new WebhookBench(Strict, Public);
        Assert.Equal(name, (await CreateAsync(bench, name, "https://hooks.example/x", [Created])).Name);
    }

    [Theory]
    [InlineData("", "Webhook URL cannot be empty or just whitespace")]
    [InlineData("   ", "Webhook URL cannot be empty or just whitespace")]
    [InlineData("example.com/webhook", "Invalid webhook URL scheme: ''")]
    [InlineData("invalid_url", "Invalid webhook URL scheme: ''")]
    [InlineData("ftp://example.com/webhook", "Invalid webhook URL scheme: 'ftp'. Allowed schemes are: https.")]
    [InlineData("http://example.com/webhook", "Invalid webhook URL scheme: 'http'. Allowed schemes are: https.")]
    [InlineData("http://[invalid", "Invalid webhook URL")]
    [InlineData("https://[invalid", "Invalid webhook URL 'https://[invalid'")]
    [InlineData("https:///path", "Invalid webhook URL")]
    [InlineData("https://ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.ü.example/", "its host has no form for the domain name system")]
    [InlineData("file:///etc/passwd", "Invalid webhook URL scheme: 'file'")]
    [InlineData("gopher://127.0.0.1:70/", "Invalid webhook URL scheme: 'gopher'")]
    [InlineData("https://hooks.example/a\r\nX-Evil: 1", "Invalid webhook URL")]
    public async Task Url_OfAnotherForm_IsRefused(string url, string message)
    {
        await using var bench = new WebhookBench(Strict, Public);
        Assert.Contains(message, (await RefusedAsync(bench, "hook", url, [Created])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.0.0.1:5000/api")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.0.0.1/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://localhost/hook")]
    [InlineData("https://LOCALHOST./hook")]
    [InlineData("https://10.0.0.8/")]
    [InlineData("https://172.16.3.4/")]
    [InlineData("https://192.168.0.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://100.64.0.1/")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[fc00::1]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://public.example@127.0.0.1/")]
    [InlineData("https://127\u30020\u30020\u30021/")]
    [InlineData("https://10\uff0e0\uff0e0\uff0e8/")]
    [InlineData("https://169\uff61254\uff61169\uff61254/latest/")]
    [InlineData("https://localhost\u3002/hook")]
    [InlineData("https://hooks\u3002localhost/hook")]
    public async Task Url_IntoAPrivateNetwork_IsRefusedAtCreationAndUpdate(string url)
    {
        await using var bench = new WebhookBench(Strict);
        Assert.Contains("must not resolve to a private", (await RefusedAsync(bench, "hook", url, [Created])).Message, StringComparison.Ordinal);
        var webhook = await CreateAsync(bench, "hook", "https://1.1.1.1/", [Created]);
        var update = await Assert.ThrowsAsync<MLOpsException>(() => bench.Webhooks.UpdateWebhookAsync(webhook.WebhookId, new UpdateWebhook(null, url, null, null, null, null), Cancelled));
        Assert.Equal(ProblemCode.InvalidArgument, update.Code);
        Assert.Equal("https://1.1.1.1/", (await bench.Webhooks.GetWebhookAsync(webhook.WebhookId, Cancelled)).Url);
    }

    [Fact]
    public async Task Url_WithOnePrivateAddressAmongPublicOnes_IsRefused()
    {
        await using var bench = new WebhookBench(Strict, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("1.1.1.1"), IPAddress.Parse("10.0.0.1")]));
        Assert.Contains("10.0.0.1", (await RefusedAsync(bench, "hook", "https://mixed.example/", [Created])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://hooks\u3002example/", "hooks.example")]
    [InlineData("https://b\u00fccher.example/", "xn--bcher-kva.example")]
    public async Task Url_OfAnInternationalName_IsCheckedByTheNameThatIsCalled(string url, string name)
    {
        var asked = new List<string>();
        await using var bench = new WebhookBench(Strict, (host, _) =>
        {
            asked.Add(host);
            return Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.1")]);
        });
        await RefusedAsync(bench, "hook", url, [Created]);
        Assert.Equal(name, Assert.Single(asked));
        Assert.Equal(name, new Uri(url).IdnHost);
    }

    [Fact]
    public async Task Url_WhoseNameDoesNotResolveNow_IsTaken()
    {
        await using var bench = new WebhookBench(Strict, (_, _) => throw new SocketException((int)SocketError.HostNotFound));
        Assert.Equal("https://later.example/", (await CreateAsync(bench, "hook", "https://later.example/", [Created])).Url);
    }

    [Fact]
    public async Task Events_None_AreRefused()
    {
        await using var bench = new WebhookBench(Strict, Public);
        Assert.Contains("Webhook events must be a non-empty list", (await RefusedAsync(bench, "hook", "https://hooks.example/", [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Event_OfAnEntityThatHasNoSuchAction_IsRefused()
    {
        var refusal = Assert.Throws<MLOpsException>(() => WebhookEvent.Of(WebhookEntity.ModelVersionTag, WebhookAction.Created));
        Assert.Equal("Invalid action 'created' for entity 'model_version_tag'. Valid actions are: ['deleted', 'set']", refusal.Message);
        Assert.Equal(15, WebhookEvent.All.Count);
    }

    [Theory]
    [InlineData(501, 0, 0)]
    [InlineData(20, 1001, 0)]
    [InlineData(20, 0, 1000)]
    public async Task Text_LongerThanItsColumn_IsRefused(int url, int description, int secret)
    {
        await using var bench = new WebhookBench(Strict, Public);
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => bench.Webhooks.CreateWebhookAsync(
            new CreateWebhook("hook", "https://h.example/".PadRight(url, 'x'), [Created], new string('d', description), new string('s', secret), WebhookStatus.Active),
            Cancelled));
        Assert.Equal(ProblemCode.InvalidArgument, refusal.Code);
    }

    private static void Strict(WebhookOptions options)
    {
        options.AllowedSchemes = null;
        options.AllowPrivateAddresses = null;
    }

    private static Task<IPAddress[]> Public(string host, CancellationToken cancellationToken) => Task.FromResult<IPAddress[]>([IPAddress.Parse("1.1.1.1")]);

    private static Task<Webhook> CreateAsync(WebhookBench bench, string name, string url, IReadOnlyList<WebhookEvent> events) =>
        bench.Webhooks.CreateWebhookAsync(new CreateWebhook(name, url, events, null, null, WebhookStatus.Active), Cancelled);

    private static async Task<MLOpsException> RefusedAsync(WebhookBench bench, string name, string url, IReadOnlyList<WebhookEvent> events)
    {
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => CreateAsync(bench, name, url, events));
        Assert.Equal(ProblemCode.InvalidArgument, refusal.Code);
        Assert.Empty((await bench.Webhooks.ListWebhooksAsync(10, null, Cancelled)).Items);
        return refusal;
    }
}
