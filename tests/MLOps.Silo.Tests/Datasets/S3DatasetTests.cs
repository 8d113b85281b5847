using System.Security.Cryptography;
using System.Text;
using MLOps.Silo.Datasets;
using MLOps.Testing;

namespace MLOps.Silo.Tests.Datasets;

/// <summary>Datasets in a real S3 server, whose streams cannot be sought in.</summary>
public sealed class S3DatasetTests(SwiftServer server)
{
    [Fact]
    public async Task Register_OtherBytes_IsAnotherVersionWithTheirDigest()
    {
        await using var silo = new SiloFixture();
        foreach (var (key, value) in S3Settings.Of(server))
        {
            silo.Settings[key] = value;
        }

        await silo.InitializeAsync();
        foreach (var (text, number) in (IEnumerable<(string, int)>)[("a,b\n1,2\n", 1), ("a,b\n1,2\n3,4\n", 2), ("a,b\n1,2\n", 1)])
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var version = await silo.RegisterAsync("remote", DatasetValidator.TableKind, new MemoryStream(bytes));
            Assert.Equal((number, Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]), (version.Version, version.Digest));
        }
    }
}
