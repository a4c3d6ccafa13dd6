"""A stand-in for Ollama's embedding endpoint, with its wire shapes."""

from tests.servers.canned import CannedServer, Reply, Request


class OllamaServer(CannedServer):
    """Has one model, which gives every text a vector of `dimension` floats."""

    def __init__(self, *, model: str = "embeddinggemma", dimension: int = 4) -> None:
        super().__init__(self.embed)
        self.model = model
        self.dimension = dimension

    def embed(self, request: Request) -> Reply:
        asked = request.json()
        if request.path != "/api/embed":
            return Reply(404, b"404 page not found")
        if asked["model"] != self.model:
            sentence = f'model "{asked["model"]}" not found, try pulling it first'
            return Reply.of({"error": sentence}, 404)
        vector = [(len(asked["input"]) % (place + 2)) + 1.0 for place in range(self.dimension)]
        return Reply.of({"model": self.model, "embeddings": [vector], "total_duration": 14143917})
