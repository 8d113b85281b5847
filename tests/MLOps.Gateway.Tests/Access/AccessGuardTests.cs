using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using MLOps.Gateway.Access;

namespace MLOps.Gateway.Tests.Access;

/// <summary>Who is let in, by what the operator has configured and the caller sends.</summary>
public sealed class AccessGuardTests
{
    private static readonly AccessOptions Basic = new() { Username = "quant", Password = "pass:wörd" };
    private static readonly AccessOptions Bearer = new() { Token = "token-of-32-characters-and-more-1" };
    private static readonly AccessOptions Both = new() { Username = Basic.Username, Password = Basic.Password, Token = Bearer.Token };

    [Theory]
    [InlineData("127.0.0.1", null, true)]
    [InlineData("127.8.0.1", null, true)]
    [InlineData("::1", null, true)]
    [InlineData("::ffff:127.0.0.1", null, true)]
    [InlineData("10.0.0.7", null, false)]
    [InlineData("::ffff:10.0.0.7", null, false)]
    [InlineData(null, null, false)]
    [InlineData("127.0.0.1", "X-Forwarded-For", false)]
    [InlineData("::1", "Forwarded", false)]
    [InlineData("127.0.0.1", "X-Original-For", false)]
    public void Check_WithoutCredentials_LetsInThisMachineAlone(string? from, string? forwardedBy, bool letIn)
    {
        var http = Request(from);
        if (forwardedBy is not null)
        {
            http.Request.Headers[forwardedBy] = "127.0.0.1";
        }

        var refusal = Guard(new AccessOptions()).Check(http);
        Assert.Equal(letIn, refusal is null);
        Assert.Equal(letIn ? null : StatusCodes.Status403Forbidden, refusal?.Status);
    }

    [Fact]
    public void Check_ByAProxyThatHasAsked_LetsEverybodyIn() => Assert.Null(Guard(new AccessOptions { Anonymous = true }).Check(Request("10.0.0.7")));

    [Theory]
    [InlineData("quant:pass:wörd", true)]
    [InlineData("quant:pass:word", false)]
    [InlineData("quant:pass:wörd ", false)]
    [InlineData("quant", false)]
    [InlineData("other:pass:wörd", false)]
    [InlineData(":", false)]
    [InlineData("", false)]
    public void Check_OfBasicAuthentication_WantsUserAndPassword(string sent, bool letIn)
    {
        foreach (var options in (AccessOptions[])[Basic, Both])
        {
            Assert.Equal(letIn, Guard(options).Check(Request("127.0.0.1", "basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(sent)))) is null);
        }
    }

    [Theory]
    [InlineData("Bearer token-of-32-characters-and-more-1", true)]
    [InlineData("bearer token-of-32-characters-and-more-1", true)]
    [InlineData("Bearer token-of-32-characters-and-more-", false)]
    [InlineData("Bearer token-of-32-characters-and-more-12", false)]
    [InlineData("Bearer TOKEN-of-32-characters-and-more-1", false)]
    [InlineData("Bearer", false)]
    [InlineData("token-of-32-characters-and-more-1", false)]
    [InlineData("Basic token-of-32-characters-and-more-1", false)]
    [InlineData("Basic %%%", false)]
    public void Check_OfABearerToken_WantsTheToken(string sent, bool letIn)
    {
        foreach (var options in (AccessOptions[])[Bearer, Both])
        {
            Assert.Equal(letIn, Guard(options).Check(Request("127.0.0.1", sent)) is null);
        }
    }

    [Fact]
    public void Check_OfAnotherSchemeThanTheConfigured_Refuses()
    {
        Assert.NotNull(Guard(Basic).Check(Request("127.0.0.1", $"Bearer {Bearer.Token}")));
        Assert.NotNull(Guard(Bearer).Check(Request("127.0.0.1", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Basic.Username}:{Basic.Password}")))));
    }

    [Fact]
    public void Check_ThatRefuses_SaysHowToAskAgain()
    {
        var http = Request("127.0.0.1");
        Assert.Equal(StatusCodes.Status401Unauthorized, Guard(Both).Check(http)!.Status);
        Assert.Equal(["Basic realm=\"mlops\", charset=\"UTF-8\"", "Bearer realm=\"mlops\""], http.Response.Headers.WWWAuthenticate.ToArray());
        http = Request("127.0.0.1");
        Assert.NotNull(Guard(Bearer).Check(http));
        Assert.Equal(["Bearer realm=\"mlops\""], http.Response.Headers.WWWAuthenticate.ToArray());
    }

    [Fact]
    public void Options_WithFaults_NameEachKeyAndNoSecret()
    {
        var faults = new AccessOptionsValidator().Validate(null, new AccessOptions { Username = "a:b", Token = "sec ret", Anonymous = true }).FailureMessage;
        Assert.Contains("MLOps:Gateway:Access:Password is missing", faults, StringComparison.Ordinal);
        Assert.Contains("MLOps:Gateway:Access:Username has a colon", faults, StringComparison.Ordinal);
        Assert.Contains("MLOps:Gateway:Access:Token has white space", faults, StringComparison.Ordinal);
        Assert.Contains("MLOps:Gateway:Access:Anonymous", faults, StringComparison.Ordinal);
        Assert.DoesNotContain("sec ret", faults, StringComparison.Ordinal);
        Assert.True(new AccessOptionsValidator().Validate(null, Both).Succeeded);
    }

    private static AccessGuard Guard(AccessOptions options) => new(Options.Create(options));

    private static DefaultHttpContext Request(string? from, string? authorization = null)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = from is null ? null : IPAddress.Parse(from);
        if (authorization is not null)
        {
            http.Request.Headers.Authorization = authorization;
        }

        return http;
    }
}
